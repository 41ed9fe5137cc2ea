// Before the first paint: night or day, as this person or the device chose.
(function () {
  var chosen = null;
  try {
    chosen = localStorage.getItem('talker.theme');
  } catch (e) {}
  var dark = chosen ? chosen === 'dark' : !matchMedia('(prefers-color-scheme: light)').matches;
  document.documentElement.dataset.theme = dark ? 'dark' : 'light';
})();
