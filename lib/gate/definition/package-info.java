/**
 * What matrix.yaml says, as records; or all that is wrong with it, each at its line and column.
 *
 * <p>Start at {@link gate.definition.DefinitionLoader}. Text becomes a tree ({@code YamlReader}),
 * the tree is held against the one table of keys ({@code Model}, from which {@link
 * gate.definition.Schema} is made too), names are resolved ({@code References}), and only a file
 * without a fault becomes a {@link gate.definition.Definition} ({@code Binder}). Knows nothing of
 * Groovy and processes, and depends on the JDK and SnakeYAML only.
 */
@NullMarked
package gate.definition;

import org.jspecify.annotations.NullMarked;
