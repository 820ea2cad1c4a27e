/** Reads YAML 1.2 strictly, so that each problem has a line, a field and a remedy; part of the bundles that use it. */
package org.pledge.yaml;
