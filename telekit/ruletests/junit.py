"""Results as JUnit's XML, which the servers of continuous integration read.

Source: the schema that Jenkins' JUnit plug-in accepts (testsuites, testsuite, testcase, failure, error).
"""

from collections.abc import Callable
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from telekit.rules.diagnostic import Diagnostic, Severity
from telekit.ruletests.rehearsal import Failure
from telekit.ruletests.running import Outcomes, Ran


def junit(outcomes: Outcomes, told: Callable[[Failure], str]) -> str:
    """Write what came of a run; `told` tells a failure in lines of text."""
    top = Element("testsuites", name="telekit test")
    mistakes = [each for each in outcomes.diagnostics if each.severity is Severity.ERROR]
    for file in dict.fromkeys([*outcomes.files, *(each.file for each in mistakes)]):
        several = outcomes.files.get(file, [])
        wrong = [each for each in mistakes if each.file == file]
        failures = sum(ran.result.failure is not None for ran in several)
        suite = SubElement(top, "testsuite", name=file, tests=str(len(several) + len(wrong)), failures=str(failures))
        suite.set("errors", str(len(wrong)))
        suite.set("time", f"{sum(ran.seconds for ran in several):.3f}")
        for ran in several:
            _tested(suite, file, ran, told)
        for mistake in wrong:
            _mistaken(suite, mistake)
    indent(top)
    return f'<?xml version="1.0" encoding="utf-8"?>\n{tostring(top, encoding="unicode")}\n'


def _tested(suite: Element, file: str, ran: Ran, told: Callable[[Failure], str]) -> None:
    case = ran.result.case
    element = SubElement(suite, "testcase", name=case.name, classname=file, time=f"{ran.seconds:.3f}")
    element.set("file", case.origin.file)
    element.set("line", str(case.origin.line))
    if ran.result.failure is not None:
        text = told(ran.result.failure)
        SubElement(element, "failure", message=text.partition("\n")[0], type="expectation").text = text


def _mistaken(suite: Element, mistake: Diagnostic) -> None:
    """Tell a mistake, for which a test or all of a file was not run, as a test that could not be."""
    element = SubElement(suite, "testcase", name=mistake.headline, classname=mistake.file, time="0.000")
    element.set("file", mistake.file)
    element.set("line", str(mistake.line))
    SubElement(element, "error", message=mistake.headline, type="mistake").text = str(mistake)
