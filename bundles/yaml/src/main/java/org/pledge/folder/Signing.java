package org.pledge.folder;

import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;
import org.pledge.deploy.ArtifactTrust;
import org.pledge.deploy.ArtifactTrust.Target;

/**
 * Who tells signed files from others.
 *
 * @param judge the service, as long as it is there
 * @param settling how long a file may be without the signature that fits it: the two are copied one after the other
 */
public record Signing(Supplier<Optional<ArtifactTrust>> judge, Target target, Duration settling) {}
