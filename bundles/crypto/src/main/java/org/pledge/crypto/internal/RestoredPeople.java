package org.pledge.crypto.internal;

import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.pledge.crypto.spi.TombstoneStore;
import org.pledge.crypto.spi.WrappedKeyStore;
import org.pledge.store.Transactions;
import org.pledge.visitor.spi.LinkStore;

/** Removes people who came back with an older database, and lets the sealer come after that. */
@Component(
        service = {},
        configurationPid = "org.pledge.crypto")
public final class RestoredPeople {
    private final Offering<SubjectTombstones> offering;

    /** Begins. */
    @Activate
    public RestoredPeople(
            BundleContext context,
            RootKeys.Config config,
            @Reference RootKeys roots,
            @Reference Transactions transactions,
            @Reference(target = "(unit=" + SubjectTombstones.UNIT + ")") TombstoneStore store,
            @Reference WrappedKeyStore keys,
            @Reference LinkStore links) {
        this.offering = new Offering<>(
                context,
                SubjectTombstones.class,
                () -> new SubjectTombstones(roots, transactions, store, keys, links, TombstoneFiles.folder(config)),
                tombstones -> {},
                Offering.PAUSE);
    }

    /** Withdraws. */
    @Deactivate
    public void stop() {
        offering.stop();
    }
}
