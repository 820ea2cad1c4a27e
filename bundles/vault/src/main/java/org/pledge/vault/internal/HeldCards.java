package org.pledge.vault.internal;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.pledge.PledgeException;
import org.pledge.PledgeException.Kind;
import org.pledge.SubjectId;
import org.pledge.TenantId;
import org.pledge.lookup.Lookup;
import org.pledge.store.Transactions;
import org.pledge.subject.RemovalCheck;
import org.pledge.subject.RemovalCheck.Kept;

/** Whether a legal hold keeps a customer's cards, each as a whole while any part of it must stay. */
@Component(service = HeldCards.class, configurationPid = "org.pledge.vault.holds")
@Designate(ocd = HeldCards.Config.class)
public final class HeldCards {
    /** Who must be there to say what is held. */
    @ObjectClassDefinition(name = "Pledge vault: holds")
    public @interface Config {
        /** Checks without which a card is neither deleted nor replaced. */
        @AttributeDefinition(
                description = "Checks without which a card is neither deleted nor replaced, because nobody would say"
                        + " whether a legal hold keeps it; 0 where there are no holds")
        int least_checks() default 1;
    }

    private final Transactions main;
    private final Supplier<List<RemovalCheck>> checks;
    private final int least;
    private final Runnable close;

    /** In the container. */
    @Activate
    public HeldCards(BundleContext context, Config config, @Reference Transactions main) {
        this(main, Lookup.opened(context, RemovalCheck.class), config.least_checks());
    }

    private HeldCards(Transactions main, Lookup<RemovalCheck> checks, int least) {
        this(main, checks, least, checks::close);
    }

    HeldCards(Transactions main, Supplier<List<RemovalCheck>> checks, int least, Runnable close) {
        this.main = main;
        this.checks = checks;
        this.least = least;
        this.close = close;
    }

    @Deactivate
    void stop() {
        close.run();
    }

    /** Why a card is not touched. */
    interface Refusing {
        /** What is thrown, and recorded. */
        PledgeException because(Kept kept);
    }

    /** Does what destroys a card, unless it is held; a hold that is placed meanwhile waits until that is durable. */
    <T> T unlessHeld(TenantId tenant, SubjectId customer, Refusing refusing, Supplier<T> change) {
        return main.required(() -> {
            Optional<Kept> kept = kept(tenant, customer);
            if (kept.isPresent()) {
                throw refusing.because(kept.get());
            }
            return change.get();
        });
    }

    private Optional<Kept> kept(TenantId tenant, SubjectId customer) {
        List<RemovalCheck> present = checks.get();
        if (present.size() < least) {
            throw new PledgeException(Kind.UNAVAILABLE, "nobody is there to say whether a legal hold keeps the card")
                    .remedy(
                            "Nothing was removed; try again in a moment, and start the retention bundle if it stays so.");
        }
        return present.stream()
                .flatMap(check -> check.kept(tenant, customer).stream())
                .filter(kept -> EndingCards.CARD.contains(kept.category()))
                .max(Comparator.comparing(Kept::until));
    }
}
