/** A run's events: {@code events.jsonl}, append-only, its reader, and what it comes to. */
package gate.journal;
