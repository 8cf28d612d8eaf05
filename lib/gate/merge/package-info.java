/** Makes one run of the parts of a plan that were run by themselves. */
package gate.merge;
