// chapter: edit_distance
// title: 편집 거리 | Edit distance
// computes: 한 낱말을 다른 낱말로 바꾸는 가장 짧은 길을 표로 찾고 오타를 고치기 | the shortest way from one word to another by a table, and spelling repaired with it
// minutes: 0.02

using var lesson = Lesson.Begin(args);

// %% the table by hand: D[i, j] is the distance of the first i letters from the first j
int[,] Distances(string from, string to)
{
    var d = new int[from.Length + 1, to.Length + 1];
    for (int i = 0; i <= from.Length; i++)
    {
        for (int j = 0; j <= to.Length; j++)
        {
            if (i == 0 || j == 0) d[i, j] = i + j;                                  // only insertions, or only deletions
            else d[i, j] = new[] { d[i - 1, j] + 1, d[i, j - 1] + 1, d[i - 1, j - 1] + (from[i - 1] == to[j - 1] ? 0 : 1) }.Min();
        }
    }
    return d;
}
int Distance(string from, string to) => Distances(from, to)[from.Length, to.Length];
lesson.Figure("sunday.saturday", Distance("sunday", "saturday"), expected: 3);
lesson.Figure("flaw.lawn", Distance("flaw", "lawn"), expected: 2);
lesson.Figure("기러기.기차", Distance("기러기", "기차"), expected: 2);

// %% the same by the library, on random words; and what every distance must obey
var random = new Random((int)lesson.Seed(1));
string Word() => string.Concat(Enumerable.Range(0, random.Next(8)).Select(_ => (char)('a' + random.Next(3))));
string[][] triples = [.. Enumerable.Range(0, 300).Select(_ => new[] { Word(), Word(), Word() })];
lesson.Figure("library.differences", triples.Count(t => EditDistance.Levenshtein(t[0], t[1]) != Distance(t[0], t[1])), expected: 0);
lesson.Figure("not.symmetric", triples.Count(t => Distance(t[0], t[1]) != Distance(t[1], t[0])), expected: 0);
lesson.Figure("triangle.broken", triples.Count(t => Distance(t[0], t[2]) > Distance(t[0], t[1]) + Distance(t[1], t[2])), expected: 0);

// %% back through the table: which steps make up the distance
string from = "sunday", to = "saturday";
var path = EditDistance.Path(from.ToCharArray(), to.ToCharArray());
lesson.Say(string.Join(' ', path.Select(step => step.Kind switch
{
    EditKind.Keep => $"{from[step.From]}", EditKind.Replace => $"{from[step.From]}→{to[step.To]}", EditKind.Insert => $"+{to[step.To]}", _ => $"-{from[step.From]}",
})), string.Join(' ', path.Select(step => step.Kind switch
{
    EditKind.Keep => $"{from[step.From]}", EditKind.Replace => $"{from[step.From]}→{to[step.To]}", EditKind.Insert => $"+{to[step.To]}", _ => $"-{from[step.From]}",
})));
lesson.Figure("steps", [.. Enum.GetValues<EditKind>().Select(kind => (double)path.Count(step => step.Kind == kind))], [5, 1, 2, 0]);

// %% Korean: a syllable that is wrong in one letter of three is a small slip, not a wrong syllable
(string, string)[] slips = [("데이타", "데이터"), ("신경만", "신경망"), ("함습", "학습"), ("미분", "적분"), ("손실", "순실")];
lesson.Table(lesson.Text("음절과 자모", "Syllables and letters"), ["", "", lesson.Text("음절", "syllables"), lesson.Text("자모", "letters")],
    slips.Select(pair => (object[])[pair.Item1, pair.Item2, EditDistance.Levenshtein(pair.Item1, pair.Item2), EditDistance.LevenshteinOfJamo(pair.Item1, pair.Item2)]));
lesson.Figure("syllables", [.. slips.Select(pair => (double)EditDistance.Levenshtein(pair.Item1, pair.Item2))], [1, 1, 1, 1, 1]);
lesson.Figure("letters", [.. slips.Select(pair => (double)EditDistance.LevenshteinOfJamo(pair.Item1, pair.Item2))], [1, 1, 1, 3, 1]);

// %% repairing: the nearest word of a dictionary
string[] dictionary = ["데이터", "데이트", "신경망", "신기루", "학습", "학교", "함수", "손실", "순서", "미분", "적분", "기울기", "활성화", "합성곱", "순환", "문장", "문맥", "임베딩", "어텐션", "토큰"];
(string Typed, string Meant)[] typos = [("데이타", "데이터"), ("신겅망", "신경망"), ("힉습", "학습"), ("기을기", "기울기"), ("활성하", "활성화"), ("함성곱", "합성곱"), ("임배딩", "임베딩"), ("어탠션", "어텐션"), ("토콘", "토큰"), ("무맥", "문맥"), ("함스", "함수"), ("순한", "순환")];
string Nearest(string typed, Func<string, string, int> distance) => dictionary.MinBy(word => distance(typed, word))!;
lesson.Figure("repaired.by.syllables", typos.Count(t => Nearest(t.Typed, EditDistance.Levenshtein) == t.Meant), expected: 11);
lesson.Figure("repaired.by.letters", typos.Count(t => Nearest(t.Typed, EditDistance.LevenshteinOfJamo) == t.Meant), expected: 12);

// %% the cost: the table has n × m cells, so twice the length takes four times the work
double[] lengths = [50, 100, 200, 400];
lesson.Figure("cells", [.. lengths.Select(n => (n + 1) * (n + 1))], [2601, 10201, 40401, 160801]);

var table = new double[from.Length + 1, to.Length + 1];
for (int i = 0; i <= from.Length; i++)
    for (int j = 0; j <= to.Length; j++) table[i, j] = Distances(from, to)[i, j];
double[] column = [0, .. path.Select(step => step.To + (step.Kind == EditKind.Delete ? 0.0 : 1))], row = [0, .. path.Select(step => step.From + (step.Kind == EditKind.Insert ? 0.0 : 1))];
lesson.Plot("table", new Panel(lesson.Text("거리의 표와 가장 짧은 길", "The table of distances and a shortest way"))
    .HeatMap(table, rows: ["·", .. from.Select(c => c.ToString())], columns: ["·", .. to.Select(c => c.ToString())], showValues: true).Line(column, row, lesson.Text("길", "way"), Color.Vermilion));
