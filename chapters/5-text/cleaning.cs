// chapter: cleaning
// title: 텍스트 정제 | Cleaning text
// computes: 거친 후기의 어휘가 정제 단계마다 줄어드는 모습 | how the vocabulary of rough reviews shrinks with every step of cleaning
// minutes: 0.02

using var lesson = Lesson.Begin(args);

// %% reviews as people write them: two languages, markup, emphasis, several spellings of the same thing
string[] reviews =
[
    "<b>Best movie EVER!!!</b> I loved it, loved it, LOVED it :)",
    "Not the best movies of the year &amp; the acting was boring...",
    "The actors acted well, but the ending was bore-ing. Boring!",
    "영화가 너무 재밌어요ㅋㅋㅋㅋㅋㅋ 배우들이 최고!!",
    "배우는 최고인데 영화는 지루함ㅠㅠㅠㅠ <br/> 결말이 너무 재밌어요ㅋㅋㅋ",
    "Ｂｅｓｔ 영화를 봤다. 결말까지 최고!!!!!",
];
int most = lesson.Parameter("repeats", 2, 1, 10);

// %% the steps, each on top of those before it
(string Korean, string English, Func<string, IEnumerable<string>> Words)[] steps =
[
    ("빈칸", "spaces", text => text.Split(' ', StringSplitOptions.RemoveEmptyEntries)),
    ("태그", "tags", text => TextCleaner.StripMarkup(text).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)),
    ("NFKC", "NFKC", text => TextCleaner.Normalize(TextCleaner.StripMarkup(text), compatible: true).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)),
    ("소문자", "case", text => Lower(text).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)),
    ("구두점", "marks", text => TextCleaner.Words(Lower(text))),
    ("반복", "repeats", text => TextCleaner.Words(TextCleaner.LimitRepeats(Lower(text), most))),
    ("불용어", "stop words", Content),
    ("어간·조사", "stems", text => Content(text).Select(word => KoreanParticles.Strip(PorterStemmer.Stem(word)))),
];
string Lower(string text) => TextCleaner.Normalize(TextCleaner.StripMarkup(text), compatible: true).ToLowerInvariant();
IEnumerable<string> Content(string text) =>
    TextCleaner.Words(TextCleaner.LimitRepeats(Lower(text), most)).Where(word => !StopWords.English.Contains(word) && !StopWords.Korean.Contains(word));

// %% how many different words are left, and how often each occurs on average
var sizes = new List<double>();
var rows = new List<object[]>();
foreach (var (korean, english, words) in steps)
{
    string[][] texts = [.. reviews.Select(review => words(review).ToArray())];
    Vocabulary vocabulary = Vocabulary.Build(texts);
    int total = texts.Sum(text => text.Length);
    sizes.Add(vocabulary.Size);
    rows.Add([lesson.Text(korean, english), total, vocabulary.Size, Math.Round((double)total / vocabulary.Size, 2), string.Join(' ', texts[0].Concat(texts[3]).Take(5))]);
}
lesson.Table(lesson.Text("단계마다 남는 낱말", "Words after each step"),
    [lesson.Text("단계", "step"), lesson.Text("낱말", "words"), lesson.Text("서로 다른", "different"), lesson.Text("평균 횟수", "mean count"), lesson.Text("처음 낱말", "first words")], rows);
lesson.Figure("vocabulary", [.. sizes], [44, 43, 42, 39, 35, 34, 26, 19]);
lesson.Figure("shrinks.to", sizes[^1] / sizes[0], expected: 19.0 / 44);

// %% what a computer thinks of spellings that look the same
lesson.Figure("composed.equal", TextCleaner.Normalize("\u1112\u1161\u11AB\u1100\u1173\u11AF") == "한글" ? 1 : 0, expected: 1); // six letters of their own and two syllables
lesson.Figure("raw.equal", "\u1112\u1161\u11AB\u1100\u1173\u11AF" == "한글" ? 1 : 0, expected: 0);

// %% sentences: a full stop is not always an end
string[] sentences = [.. SentenceSplitter.Split("Dr. Kim paid 3.50 dollars. He said \"No!\" and left. 영화는 좋았다. 정말?")];
lesson.Figure("sentences", sentences.Length, expected: 4);

// %% cleaning throws away signal too: who shouts and who cries is gone
lesson.Figure("stems.merge", new[] { "bored", "boring", "bores" }.Select(PorterStemmer.Stem).Distinct().Count(), expected: 1);
lesson.Figure("stems.merge.wrongly", PorterStemmer.Stem("university") == PorterStemmer.Stem("universe") ? 1 : 0, expected: 1);

lesson.Plot("vocabulary", new Panel(lesson.Text("정제와 어휘 크기", "Cleaning and the size of the vocabulary"), yLabel: lesson.Text("서로 다른 낱말", "different words"))
    .Bars([.. steps.Select(step => lesson.Text(step.Korean, step.English))], sizes));
