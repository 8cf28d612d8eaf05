/** A plan handed to an engine that runs each leg on a machine of its own choice. */
@NullMarked
package gate.engine;

import org.jspecify.annotations.NullMarked;
