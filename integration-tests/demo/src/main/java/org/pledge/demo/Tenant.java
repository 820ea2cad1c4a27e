package org.pledge.demo;

/**
 * A tenant as the demo knows it: its name, its person, and the interface as each kind of staff sees it.
 *
 * @param subject the fictional person, by opaque identifier
 */
public record Tenant(String name, String subject, Api operator, Api integrator, Api officer, Api secondOfficer) {}
