"""Results as JUnit's XML, which the servers of continuous integration read.

Source: the schema that Jenkins' JUnit plug-in accepts (testsuites, testsuite, testcase, failure).
"""

from collections.abc import Callable
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from telekit.ruletests.rehearsal import Failure
from telekit.ruletests.running import Outcomes


def junit(outcomes: Outcomes, told: Callable[[Failure], str]) -> str:
    """Write what came of a run; `told` tells a failure in lines of text."""
    top = Element("testsuites", name="telekit test")
    for file, several in outcomes.files.items():
        failures = sum(ran.result.failure is not None for ran in several)
        suite = SubElement(top, "testsuite", name=file, tests=str(len(several)), failures=str(failures), errors="0")
        suite.set("time", f"{sum(ran.seconds for ran in several):.3f}")
        for ran in several:
            case = ran.result.case
            element = SubElement(suite, "testcase", name=case.name, classname=file, time=f"{ran.seconds:.3f}")
            element.set("file", case.origin.file)
            element.set("line", str(case.origin.line))
            if ran.result.failure is not None:
                text = told(ran.result.failure)
                SubElement(element, "failure", message=text.partition("\n")[0], type="expectation").text = text
    indent(top)
    return f'<?xml version="1.0" encoding="utf-8"?>\n{tostring(top, encoding="unicode")}\n'
