"""The scene: a world as positioned boxes and words, drawn as SVG. Pure; the one place that knows where things stand."""
