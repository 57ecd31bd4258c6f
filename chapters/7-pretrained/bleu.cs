// chapter: bleu
// title: BLEU와 chrF | BLEU and chrF
// computes: 번역의 점수: 잘린 n그램 정밀도, 짧음의 벌, 스무딩, 글자 n그램, 모두 손으로 | scores for translations: clipped n-gram precision, the brevity penalty, smoothing, character n-grams, all by hand
// minutes: 0.03

using var lesson = Lesson.Begin(args);

// %% an n-gram is n words in a row; how many of each
Dictionary<string, int> Count(string[] words, int n) =>
    Enumerable.Range(0, Math.Max(0, words.Length - n + 1)).GroupBy(i => string.Join(' ', words[i..(i + n)])).ToDictionary(gram => gram.Key, gram => gram.Count());

// %% precision: the share of the translation's n-grams that the reference has, each at most as often as there; without that limit "the the the" would be perfect
(int Matches, int All) Precision(string[] words, string[] reference, int n)
{
    Dictionary<string, int> own = Count(words, n), wanted = Count(reference, n);
    return (own.Sum(gram => Math.Min(gram.Value, wanted.GetValueOrDefault(gram.Key))), own.Values.Sum());
}
var (clipped, all) = Precision(["the", "the", "the", "the", "the", "the", "the"], ["the", "cat", "is", "on", "the", "mat"], 1);
lesson.Figure("clipped", [clipped, all], expected: [2, 7]);

// %% two translations with their references; what agrees stands in runs of 4, 3, 1 and 3, 1, 1, 1 words
string[] translations = ["우리는 오늘 아침 일찍 산으로 떠나기 위해 짐을 서둘러 챙겼다", "어제 만난 친구는 두꺼운 책을 내게 웃으며 살며시 건네주고"];
string[] references = ["우리는 오늘 아침 일찍 바다로 떠나기 위해 짐을 모두 함께 챙겼다", "어제 만난 친구는 작은 책을 나에게 웃으며 조용히 건네주고 갔다"];
string[][] words = [.. translations.Select(line => line.Split(' '))], wantedWords = [.. references.Select(line => line.Split(' '))];
(int Matches, int All)[] counts = [.. Enumerable.Range(1, 4).Select(n => words.Zip(wantedWords, (own, wanted) => Precision(own, wanted, n)).Aggregate((a, b) => (a.Item1 + b.Item1, a.Item2 + b.Item2)))];
lesson.Figure("matches", [.. counts.Select(count => (double)count.Matches)], expected: [14, 7, 4, 1]);
lesson.Figure("ngrams", [.. counts.Select(count => (double)count.All)], expected: [19, 17, 15, 13]);
double[] precisions = [.. counts.Select(count => 100.0 * count.Matches / count.All)];
lesson.Figure("precisions", precisions, expected: [73.68, 41.18, 26.67, 7.69], tolerance: 0.005);

// %% whoever says little errs little: for too few words e^(1 - r/c); the score is this times the geometric mean
double Penalty(double length, double reference) => length >= reference ? 1 : Math.Exp(1 - reference / length);
int length = words.Sum(line => line.Length), wantedLength = wantedWords.Sum(line => line.Length);
double penalty = Penalty(length, wantedLength), score = penalty * Math.Exp(precisions.Average(Math.Log));
lesson.Figure("brevity.penalty", penalty, expected: 0.9001, tolerance: 5e-5);
lesson.Figure("bleu", score, expected: 25.2812, tolerance: 5e-5);
lesson.Figure("bleu.itself", Bleu.Corpus(references, [references]).Score, expected: 100, tolerance: 1e-10);
BleuScore engine = Bleu.Corpus(translations, [references]);
lesson.Figure("bleu.difference", engine.Score - score, expected: 0, tolerance: 1e-10);
lesson.Figure("precisions.difference", engine.Precisions.Zip(precisions, (a, b) => Math.Abs(a - b)).Max(), expected: 0, tolerance: 1e-10);

// %% a whole set is one long text: all matches are added before anything is divided, which is not the mean of the sentences' scores
double[] each = [.. translations.Zip(references, (own, wanted) => Bleu.Sentence(own, [wanted]).Score)];
lesson.Figure("sentences", each);
lesson.Figure("sentences.mean.less.corpus", each.Average() - score);

// %% one order without a match makes the geometric mean 0; four ways out, each by hand for matches 3, 1, 0, 0 of 5, 4, 3, 2
string weak = "나는 학교에 빨리 걸어서 갔다", strong = "나는 학교에 어제 갔다 왔다";
double[] matches = [3, 1, 0, 0], totals = [5, 4, 3, 2];
double Mean(IEnumerable<double> shares) => 100 * Math.Exp(shares.Average(Math.Log));
var byHand = new (BleuSmoothing Kind, double Score)[]
{
    (BleuSmoothing.None, 0),
    (BleuSmoothing.Floor, Mean(matches.Zip(totals, (m, t) => Math.Max(m, 0.1) / t))),
    (BleuSmoothing.AddK, Mean([3 / 5.0, 2 / 5.0, 1 / 4.0, 1 / 3.0])),
    (BleuSmoothing.Exponential, Mean([3 / 5.0, 1 / 4.0, 0.5 / 3, 0.25 / 2])),
};
foreach (var (kind, hand) in byHand)
{
    string name = kind.ToString().ToLowerInvariant();
    double computed = Bleu.Sentence(weak, [strong], smoothing: kind).Score;
    lesson.Figure($"smoothing.{name}", computed);
    lesson.Figure($"smoothing.{name}.difference", computed - hand, expected: 0, tolerance: 1e-10);
}

// %% Korean glues particles to words: one wrong ending costs a whole word. chrF counts n-grams of 1 to 6 characters, and recall twice as much as precision
double CharacterF(string own, string wanted, double beta = 2)
{
    string[] Letters(string line) => [.. line.Replace(" ", "").Select(letter => letter.ToString())];
    var shares = Enumerable.Range(1, 6).Select(n => (Own: Precision(Letters(own), Letters(wanted), n), Wanted: Precision(Letters(wanted), Letters(own), n)))
        .Where(order => order.Own.All > 0 && order.Wanted.All > 0).Select(order => (P: (double)order.Own.Matches / order.Own.All, R: (double)order.Wanted.Matches / order.Wanted.All)).ToArray();
    double p = shares.Average(share => share.P), r = shares.Average(share => share.R);
    return p + r == 0 ? 0 : 100 * (1 + beta * beta) * p * r / (beta * beta * p + r);
}
lesson.Figure("chrf", CharacterF(weak, strong));
lesson.Figure("chrf.difference", CharacterF(weak, strong) - Chrf.Sentence(weak, [strong]), expected: 0, tolerance: 1e-10);

// %% the same sentence with 0, 1, 2, ... wrong endings, and as many wrong words
string[] truth = ["새", "문서를", "만들려면", "파일을", "누르고", "목록에서", "종류를", "고르십시오"];
string[] endings = ["새", "문서가", "만들려고", "파일이", "누르며", "목록에는", "종류는", "고르십시요"], others = ["헌", "바다", "떠난", "산길", "높이", "하늘", "구름", "봅시다"];
double[,] Curve(string[] wrong) // rows: how many are wrong; columns: BLEU of words, BLEU of characters, chrF
{
    var curve = new double[truth.Length, 3];
    for (int k = 0; k < truth.Length; k++)
    {
        string line = string.Join(' ', truth.Select((word, i) => i >= 1 && i <= k ? wrong[i] : word)), wanted = string.Join(' ', truth);
        (curve[k, 0], curve[k, 1], curve[k, 2]) = (Bleu.Sentence(line, [wanted]).Score, Bleu.Sentence(line, [wanted], BleuTokenizer.Characters).Score, Chrf.Sentence(line, [wanted]));
    }
    return curve;
}
double[,] endingCurve = Curve(endings), wordCurve = Curve(others);
lesson.Figure("wrong.endings", endingCurve);
lesson.Figure("wrong.words", wordCurve);
lesson.Range("chrf.kinder.to.endings", endingCurve[7, 2] - wordCurve[7, 2], 5, 100);
lesson.Range("bleu.sees.no.difference", Math.Abs(endingCurve[7, 0] - wordCurve[7, 0]), 0, 1e-9);

// %% a score means little without its tokenizer: the same two lines, with and without their punctuation taken off
string plain = "“파일 - 새로 만들기”를 누릅니다.", quoted = "\"파일 - 새로 만들기\"를 누릅니다.";
lesson.Figure("tokenizers", [Bleu.Sentence(plain, [quoted], BleuTokenizer.None).Score, Bleu.Sentence(plain, [quoted]).Score, Bleu.Sentence(plain, [quoted], BleuTokenizer.International).Score, Bleu.Sentence(plain, [quoted], BleuTokenizer.Characters).Score]);

// %% pictures
double[] lengths = [.. Enumerable.Range(4, 37).Select(i => i / 20.0)], wrongs = [.. Enumerable.Range(0, truth.Length).Select(i => (double)i)];
double[] Column(double[,] table, int column) => [.. Enumerable.Range(0, table.GetLength(0)).Select(row => table[row, column])];
string wordsText = lesson.Text("낱말", "words"), endingsText = lesson.Text("어미", "endings");
lesson.Plot("bleu", new Figure("BLEU = 25.28", 3,
[
    new Panel(lesson.Text("n그램 정밀도", "Precision of n-grams"), "n", "%") { YLimits = (0, 100) }.Bars(["1", "2", "3", "4"], precisions).HorizontalLine(Math.Exp(precisions.Average(Math.Log)), lesson.Text("기하 평균", "geometric mean")),
    new Panel(lesson.Text("짧음의 벌", "Brevity penalty"), lesson.Text("번역 길이 / 참조 길이", "length / reference's length"), "") { YLimits = (0, 1.1) }.Line(lengths, [.. lengths.Select(x => Penalty(x, 1))]).VerticalLine((double)length / wantedLength, $"{length} / {wantedLength}"),
    new Panel(lesson.Text("틀린 어미와 틀린 낱말", "Wrong endings and wrong words"), lesson.Text("틀린 개수", "how many are wrong"), lesson.Text("점수", "score")) { YLimits = (0, 105) }
        .Line(wrongs, Column(wordCurve, 0), $"BLEU, {wordsText}").Line(wrongs, Column(wordCurve, 2), $"chrF, {wordsText}").Line(wrongs, Column(endingCurve, 2), $"chrF, {endingsText}"),
]));
