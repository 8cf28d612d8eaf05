/**
 * What people and machines read of a run: console, JUnit XML, CTRF JSON, Markdown. All of it is a
 * projection of the journal, the same while it grows and later from the file.
 */
package gate.report;
