package org.pledge.shell.internal;

import java.util.List;
import java.util.Optional;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;
import org.pledge.deploy.ArtifactTrust;
import org.pledge.deploy.ArtifactTrust.Signed;
import org.pledge.deploy.ArtifactTrust.Target;
import org.pledge.sharing.Partner;
import org.pledge.sharing.PartnerOrigins;

/** Whether the key that signed a partner's file is trusted still. */
final class PartnerKeys {
    private final Optional<PartnerOrigins> files;
    private final List<Signed> signed;

    PartnerKeys(BundleContext bundle) {
        this.files = there(bundle, PartnerOrigins.class);
        this.signed =
                there(bundle, ArtifactTrust.class).map(ArtifactTrust::active).orElse(List.of());
    }

    private static <T> Optional<T> there(BundleContext bundle, Class<T> type) {
        ServiceReference<T> reference = bundle.getServiceReference(type);
        return reference == null ? Optional.empty() : Optional.ofNullable(bundle.getService(reference));
    }

    /** {@code trusted}, {@code NOT_TRUSTED}, or nothing for a partner without a signed file. */
    Optional<String> of(Partner partner) {
        return files.flatMap(each -> each.file(partner.tenant(), partner.name()))
                .flatMap(file -> signed.stream()
                        .filter(each ->
                                each.target() == Target.PARTNER && each.name().equals(file))
                        .findFirst())
                .map(DeployList::key);
    }
}
