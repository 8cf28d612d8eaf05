package gate.definition;

import java.util.Optional;

/**
 * A Cargo workspace that legs test.
 *
 * @param name its name
 * @param path its folder, relative to the definition's folder, or absolute
 * @param env the environment variable that names another folder: a toggle of type path
 * @param disk the bytes that a cold build of it writes
 * @param memory the bytes that building and testing it takes
 */
public record Workspace(String name, String path, Optional<String> env, long disk, long memory) {}
