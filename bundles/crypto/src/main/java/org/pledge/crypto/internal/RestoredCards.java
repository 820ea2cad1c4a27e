package org.pledge.crypto.internal;

import java.time.Clock;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.pledge.crypto.spi.TombstoneStore;
import org.pledge.store.VaultTransactions;

/** Removes cards that came back with an older database, and lets their sealer come after that. */
@Component(
        service = {},
        configurationPid = "org.pledge.crypto")
public final class RestoredCards {
    private final Offering<CardTombstones> offering;

    /** Begins. */
    @Activate
    public RestoredCards(
            BundleContext context,
            RootKeys.Config config,
            @Reference RootKeys roots,
            @Reference SubjectTombstones people,
            @Reference VaultTransactions transactions,
            @Reference(target = "(unit=" + CardTombstones.UNIT + ")") TombstoneStore store) {
        this.offering = new Offering<>(
                context,
                CardTombstones.class,
                () -> new CardTombstones(
                        roots, people, transactions, store, TombstoneFiles.folder(config), Clock.systemUTC()),
                tombstones -> {},
                Offering.PAUSE);
    }

    /** Withdraws. */
    @Deactivate
    public void stop() {
        offering.stop();
    }
}
