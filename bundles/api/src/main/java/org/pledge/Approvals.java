package org.pledge;

import java.util.HashSet;
import java.util.Set;
import java.util.regex.Pattern;

/** Agreement of several people, who are told apart by what they hold their credentials or logins as. */
public final class Approvals {
    private static final Pattern HOLDER = Pattern.compile("[a-z0-9._-]{1,64}");

    private Approvals() {}

    /**
     * Passes when the caller can be one of the people who agree.
     *
     * @throws PledgeException of kind {@code INVALID} when the caller's holder is not 1 to 64 letters, digits or . _ -
     */
    public static void requireHolder(Caller caller) {
        if (!HOLDER.matcher(caller.holder()).matches()) {
            throw new PledgeException(
                            PledgeException.Kind.INVALID,
                            "the holder of this credential or login must be 1 to 64 letters, digits or . _ -")
                    .remedy("Use a login or a credential that is held under a staff id.");
        }
    }

    /**
     * The holders who agreed, now with the caller's.
     *
     * @param before those who agreed until now
     * @param again says that the caller did so already
     * @param remedy says who has to do it instead
     * @throws PledgeException of kind {@code CONFLICT}, with these texts, when the caller's holder is one of them
     */
    public static Set<String> with(Set<String> before, Caller caller, String again, String remedy) {
        if (before.contains(caller.holder())) {
            throw new PledgeException(PledgeException.Kind.CONFLICT, again).remedy(remedy);
        }
        Set<String> after = new HashSet<>(before);
        after.add(caller.holder());
        return after;
    }
}
