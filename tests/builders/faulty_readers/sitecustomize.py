"""Python imports this at its start, in processes whose PYTHONPATH names this folder.

In a reading process, it makes the function that $LOA_READER_FAULT names (`module:function:every`)
raise at each so-many-th call. The process that fetches stays as it is.
"""

import importlib.util
import os
import sys
from collections.abc import Callable, Sequence
from functools import wraps
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any


class Fault(Exception):
    """One that cannot be unpickled: it takes two arguments, and keeps one."""

    def __init__(self, said: str, other: str) -> None:
        super().__init__(said)


class Finder:
    """Finds the module of the fault, and puts the fault into it once it is loaded."""

    def __init__(self, module: str, function: str, every: str) -> None:
        self.module, self.function, self.every = module, function, int(every)

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if name != self.module:
            return None
        sys.meta_path.remove(self)
        spec = importlib.util.find_spec(name)
        assert spec is not None
        assert spec.loader is not None
        load = spec.loader.exec_module

        def load_with_fault(module: ModuleType) -> None:
            load(module)
            setattr(module, self.function, self.faulty(getattr(module, self.function)))

        spec.loader.exec_module = load_with_fault  # type: ignore[method-assign]
        return spec

    def faulty(self, sound: Callable[..., Any]) -> Callable[..., Any]:
        calls = 0

        @wraps(sound)
        def function(*arguments: Any, **named: Any) -> Any:
            nonlocal calls
            if not hasattr(sys.modules.get("pipelines.read.reader"), "read"):
                return sound(*arguments, **named)  # it still loads, and reads nothing yet
            calls += 1
            if calls % self.every == 0:
                raise Fault(f"a fault in {self.function}", "and another word")
            return sound(*arguments, **named)

        return function


if "LOA_READER_FAULT" in os.environ and "--multiprocessing-fork" in sys.orig_argv:
    sys.meta_path.insert(0, Finder(*os.environ["LOA_READER_FAULT"].split(":")))
