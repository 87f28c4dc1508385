"""Lists of customers and of conversations as files: CSV, XLSX, JSON lines; streamed, within what the viewer may see."""
