package gate.dsl;

import java.nio.file.Path;

/**
 * A leg's script to compile.
 *
 * @param leg the leg's name
 * @param file where it is
 */
public record Script(String leg, Path file, Declared declared) {}
