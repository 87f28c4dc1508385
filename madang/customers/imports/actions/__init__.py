"""The writers of imports: what people ask for, what a batch of rows does, what an undo takes back."""

from __future__ import annotations

from madang.customers.imports.actions.asking import (
    begin as begin,
)
from madang.customers.imports.actions.asking import (
    check as check,
)
from madang.customers.imports.actions.asking import (
    chosen as chosen,
)
from madang.customers.imports.actions.asking import (
    pause as pause,
)
from madang.customers.imports.actions.asking import (
    resume as resume,
)
from madang.customers.imports.actions.asking import (
    stop as stop,
)
from madang.customers.imports.actions.asking import (
    undo as undo,
)
from madang.customers.imports.actions.asking import (
    uploaded as uploaded,
)
