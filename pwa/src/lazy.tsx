export { lazy } from 'preact-iso';
import type { ComponentChildren } from 'preact';
import { ErrorBoundary } from 'preact-iso';

/** Where a lazy part may appear a moment later. */
export const Suspense = ({ children }: { children: ComponentChildren }) => <ErrorBoundary>{children}</ErrorBoundary>;
