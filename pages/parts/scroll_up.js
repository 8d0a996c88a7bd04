// Scrolls to the top of the page, where the result of a control further down is shown.
document.querySelector('[data-testid=stMain]')?.scrollTo({top: 0, behavior: 'smooth'});
