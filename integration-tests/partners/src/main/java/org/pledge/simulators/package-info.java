/** Partner systems for tests: real servers, each a process of its own, that write down what they receive. */
package org.pledge.simulators;
