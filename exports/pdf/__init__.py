"""PDF documents: tagged, embedded fonts, French. Renderers take dataclasses of exports.papers and return bytes; they never query."""
