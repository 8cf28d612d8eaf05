/**
 * What every package may use: texts, names, lengths of time, places in files, and the world
 * outside.
 */
package gate.base;
