// A view's stylesheet is loaded with the view.
declare module '*.css';
