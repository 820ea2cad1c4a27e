package org.pledge.rights.internal;

import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.pledge.Caller;
import org.pledge.SubjectId;
import org.pledge.rights.spi.EmailChangeStore;
import org.pledge.rights.spi.LoginStore;
import org.pledge.rights.spi.PassStore;
import org.pledge.subject.RemovalListener;

/** Removes what a removed person came in with. */
@Component
public final class RemovedPeople implements RemovalListener {
    private final LoginStore logins;
    private final PassStore passes;
    private final EmailChangeStore emailChanges;

    /** In the container. */
    @Activate
    public RemovedPeople(
            @Reference LoginStore logins, @Reference PassStore passes, @Reference EmailChangeStore emailChanges) {
        this.logins = logins;
        this.passes = passes;
        this.emailChanges = emailChanges;
    }

    @Override
    public void removed(Caller caller, SubjectId person) {
        logins.removeLogin(caller.tenant(), person);
        passes.removePasses(caller.tenant(), person);
        emailChanges.removeEmailChange(caller.tenant(), person);
    }
}
