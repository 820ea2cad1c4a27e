package org.pledge.rights.internal;

import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.pledge.Caller;
import org.pledge.Page;
import org.pledge.PledgeException;
import org.pledge.PledgeException.Kind;
import org.pledge.SubjectId;
import org.pledge.TenantId;
import org.pledge.lookup.Lookup;
import org.pledge.policy.PolicyService;
import org.pledge.rights.OwnCards;
import org.pledge.rights.RightsService.Type;
import org.pledge.vault.CardService;
import org.pledge.vault.CardService.Card;
import org.pledge.vault.CardService.Certificate;
import org.pledge.vault.CardService.IntakeKey;
import org.pledge.vault.CardService.Use;

/** Lets whoever has a pass act on cards of their own, in the vault as it is at that moment. */
@Component
public final class DefaultOwnCards implements OwnCards {
    private static final int AT_ONCE = 50;

    private final DefaultSelfService selfService;
    private final PolicyService policies;
    private final Supplier<List<CardService>> vaults;
    private final Runnable closing;

    /** In the container. */
    @Activate
    public DefaultOwnCards(
            BundleContext context, @Reference DefaultSelfService selfService, @Reference PolicyService policies) {
        this(selfService, policies, Lookup.opened(context, CardService.class));
    }

    private DefaultOwnCards(DefaultSelfService selfService, PolicyService policies, Lookup<CardService> vaults) {
        this(selfService, policies, vaults, vaults::close);
    }

    DefaultOwnCards(
            DefaultSelfService selfService,
            PolicyService policies,
            Supplier<List<CardService>> vaults,
            Runnable closing) {
        this.selfService = selfService;
        this.policies = policies;
        this.vaults = vaults;
        this.closing = closing;
    }

    @Deactivate
    void stop() {
        closing.run();
    }

    private CardService vault() {
        return vaults.get().stream().findFirst().orElseThrow(() -> new PledgeException(
                        Kind.UNAVAILABLE, "the vault is stopped; nothing was done")
                .remedy("Retry in a moment; if it stays so, ask the operator to start it."));
    }

    @Override
    public Wallet wallet(TenantId tenant, String pass) {
        SubjectId holder = selfService.holder(tenant, pass);
        Caller caller = DefaultSelfService.actor(tenant);
        CardService vault = vault();
        return new Wallet(
                policies.current(tenant).contact(),
                vault.cards(caller, holder),
                selfService.mayAct(tenant, pass, Type.RECTIFICATION),
                selfService.mayAct(tenant, pass, Type.ERASURE),
                vault.taken(caller),
                vault.intakeKeys().stream().filter(IntakeKey::current).toList());
    }

    @Override
    public Card add(TenantId tenant, String pass, byte[] jwe) {
        SubjectId holder = selfService.acting(tenant, pass, Type.RECTIFICATION);
        Caller caller = DefaultSelfService.actor(tenant);
        return told(() -> {
            selfService.requireUsable(caller, holder);
            return vault().store(caller, holder, jwe);
        });
    }

    @Override
    public Card replace(TenantId tenant, String pass, String token, byte[] jwe) {
        SubjectId holder = selfService.acting(tenant, pass, Type.RECTIFICATION);
        Caller caller = DefaultSelfService.actor(tenant);
        return told(() -> {
            selfService.requireUsable(caller, holder);
            return ofHolder(caller, holder, token).replace(caller, token, jwe);
        });
    }

    @Override
    public Certificate delete(TenantId tenant, String pass, String token) {
        SubjectId holder = selfService.acting(tenant, pass, Type.ERASURE);
        Caller caller = DefaultSelfService.actor(tenant);
        return told(() -> ofHolder(caller, holder, token).delete(caller, token));
    }

    @Override
    public Page<Use> uses(TenantId tenant, String pass, String token, Optional<String> cursor) {
        SubjectId holder = selfService.holder(tenant, pass);
        Caller caller = DefaultSelfService.actor(tenant);
        return ofHolder(caller, holder, token).uses(caller, token, cursor, AT_ONCE);
    }

    /** The vault tells staff what to do next; whoever has a pass can do something else. */
    private static <T> T told(Supplier<T> act) {
        try {
            return act.get();
        } catch (PledgeException e) {
            throw switch (e.kind()) {
                case INVALID ->
                    new PledgeException(Kind.INVALID, "the card was not kept: " + e.getMessage())
                            .remedy("Type it in once more; the form on this page is a new one.");
                case DENIED -> e.remedy("Turn to the address on the page.");
                case CONFLICT ->
                    e.remedy("Delete one of the two if you have a card twice; else turn to the address on the page.");
                default -> e;
            };
        }
    }

    /** The vault, if the card is or was theirs. */
    private CardService ofHolder(Caller caller, SubjectId holder, String token) {
        CardService vault = vault();
        SubjectId owner;
        try {
            owner = vault.customer(caller, token);
        } catch (PledgeException e) {
            throw e.kind() == Kind.NOT_FOUND ? none() : e;
        }
        if (!owner.equals(holder)) {
            throw none();
        }
        return vault;
    }

    private static PledgeException none() {
        return new PledgeException(Kind.NOT_FOUND, "you have no such card here")
                .remedy("Look at the list; what was deleted long ago is not on record any more.");
    }
}
