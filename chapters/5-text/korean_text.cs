// chapter: korean_text
// title: 한글을 다루는 법 | Handling Korean text
// computes: 음절의 산술, 자모, 조사와 두 글자 묶음 | the arithmetic of syllables, letters, particles and pairs of syllables
// minutes: 0.03

using var lesson = Lesson.Begin(args);

// %% a syllable is a number: U+AC00 + (lead × 21 + vowel) × 28 + tail
char syllable = '한';
int index = syllable - '가', lead = index / (21 * 28), vowel = index / 28 % 21, tail = index % 28;
lesson.Figure("code", syllable, expected: 0xD55C);
lesson.Figure("lead.vowel.tail", [lead, vowel, tail], [18, 0, 4]);
lesson.Figure("put.together", '가' + (lead * 21 + vowel) * 28 + tail, expected: 0xD55C);
lesson.Figure("syllables", 19 * 21 * 28, expected: '힣' - '가' + 1);

// %% the same by the library, for a whole text and back
string text = "닭이 웃었다. 값싼 빵을 먹었다!";
string letters = Hangul.Split(text);
lesson.Say($"{text} → {letters} → {Hangul.Initials(text)}", $"{text} → {letters} → {Hangul.Initials(text)}");
lesson.Figure("letters", letters.Count(Hangul.IsJamo), expected: 33);
lesson.Figure("comes.back", Hangul.Join(letters) == text ? 1 : 0, expected: 1);

// %% one word, many forms: particles tell its role, and each form looks like a new word
string[] forms = ["학교가", "학교를", "학교에서", "학교에서는", "학교까지", "학교의", "선생님이", "선생님을", "선생님께서", "선생님과", "친구들은", "친구들에게", "친구와"];
lesson.Table(lesson.Text("조사 떼기", "Particles stripped"), [lesson.Text("어절", "word"), lesson.Text("줄기", "stem"), lesson.Text("조사", "particle")],
    forms.Select(form => KoreanParticles.Split(form)).Zip(forms, (split, form) => (object[])[form, split.Stem, split.Particle]));
lesson.Figure("forms", forms.Distinct().Count(), expected: 13);
lesson.Figure("stems", forms.Select(KoreanParticles.Strip).Distinct().Count(), expected: 3);
lesson.Figure("cut.wrongly", KoreanParticles.Strip("고양이") == "고양이" ? 0 : 1, expected: 1); // 고양 ends in a consonant, so that 이 looks like a particle

// %% without any rule: pairs of neighbouring syllables meet although the words differ
double Share<T>(IEnumerable<T> a, IEnumerable<T> b) => Similarity.Jaccard(a, b);
lesson.Figure("words.in.common", Share(["학교에서는"], ["학교까지"]), expected: 0);
lesson.Figure("bigrams.in.common", Share(Hangul.Bigrams("학교에서는"), Hangul.Bigrams("학교까지")), expected: 1.0 / 6);
lesson.Figure("letters.in.common", Share(Hangul.Split("했다"), Hangul.Split("한다")), expected: 3.0 / 6);

// %% how fast the number of different units grows: on a small text, or on real film reviews where they are at hand
string[] own =
[
    "오늘은 학교에 갔다", "학교에서 친구를 만났다", "친구와 도서관에 갔다", "도서관에서 책을 읽었다", "책은 재미있었다", "친구는 책보다 영화를 좋아한다", "영화의 결말이 좋았다",
    "결말을 친구에게 말했다", "친구도 영화가 재미있었다고 했다", "내일은 영화관에서 친구들을 만난다", "영화관까지 버스로 간다", "버스에서 책을 읽는다", "학교의 도서관은 조용하다", "조용한 영화보다 재미있는 영화가 좋다",
];
int limit = lesson.Parameter("reviews", 20_000, 100, 150_000);
IReadOnlyList<string[]>? nsmc = lesson.RealRows("korean/nsmc_rebuilt.train.tsv.gz");
string[] texts = nsmc is null ? own : [.. nsmc.Take(limit).Select(row => row[1])];
(string Name, Func<string, IEnumerable<string>> Units)[] units =
[
    (lesson.Text("어절", "words"), line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)),
    (lesson.Text("조사 뗀 어절", "words without particles"), line => TextCleaner.Words(line).Select(KoreanParticles.Strip)),
    (lesson.Text("두 글자", "pairs of syllables"), Hangul.Bigrams),
    (lesson.Text("음절", "syllables"), line => line.Where(Hangul.IsSyllable).Select(c => c.ToString())),
];
double[] Growth(IReadOnlyList<string> lines, Func<string, IEnumerable<string>> cut)
{
    var seen = new HashSet<string>();
    var sizes = new List<double>();
    for (int i = 0; i < lines.Count; i++)
    {
        seen.UnionWith(cut(lines[i]));
        if ((i + 1) % Math.Max(1, lines.Count / 50) == 0) sizes.Add(seen.Count);
    }
    return [.. sizes];
}
lesson.Figure("own.different", [.. units.Select(unit => Growth(own, unit.Units)[^1])], [43, 28, 66, 53]);
if (nsmc is not null)
{
    lesson.Figure("real.reviews", texts.Length, expected: 20_000);
    lesson.Figure("real.different", [.. units.Select(unit => Growth(texts, unit.Units)[^1])], [70_155, 52_653, 40_301, 1751]);
}
var panel = new Panel(lesson.Text("글이 늘면 새 단위도 는다", "More text, more different units"), lesson.Text("글의 수", "texts"), lesson.Text("서로 다른 단위", "different units"));
foreach (var (name, cut) in units)
{
    double[] sizes = Growth(texts, cut);
    panel.Line([.. Enumerable.Range(1, sizes.Length).Select(i => (double)i * Math.Max(1, texts.Length / 50))], sizes, name);
}
lesson.Plot("growth", panel);
