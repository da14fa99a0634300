"""The way back: names of the runtime that a module no longer needs become plain Ray."""
