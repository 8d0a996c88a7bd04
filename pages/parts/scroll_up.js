// Shows the top of the page, where what was asked for further down is drawn.
document.querySelector('[data-testid=stMain]')?.scrollTo({top: 0, behavior: 'smooth'});
