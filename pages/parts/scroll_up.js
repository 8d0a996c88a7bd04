// Scrolls to the top of the page, where the result of a control further down is shown.
const calm = matchMedia('(prefers-reduced-motion: reduce)').matches;
document.querySelector('[data-testid=stMain]')?.scrollTo({top: 0, behavior: calm ? 'auto' : 'smooth'});
