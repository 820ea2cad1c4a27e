package org.pledge.soap.internal;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.pledge.Role;

/** The roles of which a caller needs one; a method without this is refused to all. */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
@interface Takes {
    Role[] value();
}
