package gate.report;

import java.util.List;
import java.util.Optional;

/** Items that belong together: those of a leg, or the verdict alone. */
record Suite(String name, boolean isVerdict, List<Item> items, Optional<Long> millis) {}
