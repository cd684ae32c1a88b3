// Before anything is drawn, so that nothing flashes.
document.documentElement.dataset.theme = localStorage.getItem('tsd-theme') ?? 'os';
