"""The best selection under the rules of a call, proved: a pure package, which knows neither Django nor the rest of the portal."""
