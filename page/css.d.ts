// A stylesheet that a view imports comes with it, when it is loaded.
declare module '*.css';
