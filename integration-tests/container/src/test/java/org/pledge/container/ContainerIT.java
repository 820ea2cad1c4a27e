package org.pledge.container;

import org.junit.runner.RunWith;
import org.junit.runners.Suite;

/** One run over all classes, so that one container serves them all. */
@RunWith(Suite.class)
@Suite.SuiteClasses({BundlesTest.class, GuardTest.class, DeployTest.class})
public class ContainerIT {}
