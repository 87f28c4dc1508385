"""Lists of customers as files: CSV, XLSX, JSON lines; streamed, within what the viewer may see."""
