// Before the first paint: the theme this person chose.
(function () {
  try {
    var t = localStorage.getItem('talker.theme');
    if (t === 'dark' || t === 'light') document.documentElement.dataset.theme = t;
  } catch (e) {}
})();
