"""One module an outside format, its reader beside its writer."""
