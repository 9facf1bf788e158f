"""The demonstration: fictional lycées, people and files, carried through the portal's own actions, each act at its date."""
