"""JavaScript modules that are joined do what they do apart."""

import shutil
import subprocess
from graphlib import CycleError

import pytest

from w2v_core.exchange.joined_modules import joined

MODULES = {
    "main.js": "import {double as twice, Counter} from './numbers.js';\n"
    "import {wait} from './later.js';\n"
    "export default function () { const c = new Counter(); c.add(twice(4)); return c; }\n"
    "(function () { wait(); })();\n",
    "later.js": "import {SCALE} from './scale.js';\nexport async function wait() { return SCALE; }\n",
    "numbers.js": "import {SCALE} from './scale.js';\nconst own = 1;\n"
    "export const double = (x) => SCALE * x;\n"
    "export class Counter { n = own; add(x) { this.n += x; } }\n"
    "export function* steps() { yield own; }\n",
    "scale.js": "const own = 2;\nexport const SCALE = own;\n",
}


@pytest.mark.skipif(shutil.which("node") is None, reason="needs Node.js")
def test_names_are_found_in_other_modules_and_stay_apart():
    script = (
        joined(MODULES) + "const {main, numbers, later} = modules;\n"
        "later.wait().then((waited) => console.log(main.default().n, [...numbers.steps()][0], waited));"
    )
    done = subprocess.run(["node", "-e", script], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["9", "1", "2"]


@pytest.mark.parametrize(
    "text, sentence",
    [
        ("import * as all from './scale.js';", "because of its line"),
        ("import {a} from '../plot/a.js';", "because of its line"),
        ("export {own};", "because of its line"),
        ("import {a} from './nowhere.js';", "a.js imports nowhere.js"),
    ],
)
def test_other_forms_are_refused(text, sentence):
    with pytest.raises(ValueError, match=sentence):
        joined({"a.js": text, "scale.js": ""})


def test_modules_that_import_each_other_are_refused():
    with pytest.raises(CycleError):
        joined({n: f"import {{x}} from './{m}.js';" for n, m in (("a.js", "b"), ("b.js", "a"))})
