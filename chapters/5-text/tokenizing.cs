// chapter: tokenizing
// title: 글을 토큰으로 | From text to tokens
// computes: 한국어 한 문장과 영어 한 문장을 낱말, 글자, 자모, 바이트, 조각으로 자르고 길이와 어휘로 값을 매기기 | one Korean and one English sentence as words, characters, jamo, bytes and pieces, and what each costs in length and vocabulary
// minutes: 0.02

using var lesson = Lesson.Begin(args);

// %% two sentences, and two short texts of our own to learn a vocabulary from
(string Name, string Sentence, string[] Text)[] languages =
[
    ("korean", "동생은 새 우산을 잃어버렸다.",
    """
    아침에 비가 왔다. 나는 우산을 들고 학교에 갔다. 학교에서 친구를 만났다. 친구는 우산이 없었다.
    우리는 우산을 같이 썼다. 친구가 고맙다고 말했다. 점심에 우리는 국수를 먹었다. 국수가 따뜻하고 맛있었다.
    오후에 비가 그쳤다. 하늘이 맑아졌다. 우리는 운동장에 나갔다. 친구가 공을 찼다. 나는 공을 받았다.
    저녁에 집에 왔다. 어머니가 국을 끓였다. 동생은 책을 읽었다. 나는 하루를 일기에 썼다. 나는 창문을 닫았다.
    """.Split('\n')),
    ("english", "My brother lost his new umbrella.",
    """
    It rained in the morning. I took my umbrella and walked to school. At school I met a friend. My friend had no umbrella.
    We walked under one umbrella. My friend thanked me. At noon we ate noodles. The noodles were warm and tasted good.
    The rain ended in the afternoon. The sky cleared. We ran to the playground. My friend kicked the ball. I caught the ball.
    In the evening I came home. Mother cooked soup. My brother read a book. I wrote about the day. I closed the window.
    """.Split('\n')),
];

// %% four ways to cut that need no learning
(string Name, string Title, Func<string, string[]> Cut)[] cuts =
[
    ("words", lesson.Text("낱말", "words"), text => text.Split((string[]?)null, StringSplitOptions.RemoveEmptyEntries)),
    ("characters", lesson.Text("글자", "characters"), text => [.. text.EnumerateRunes().Select(rune => rune.ToString())]),
    ("jamo", lesson.Text("자모", "jamo"), text => [.. Hangul.Split(text).Select(letter => letter.ToString())]),
    ("bytes", lesson.Text("바이트", "bytes"), text => [.. System.Text.Encoding.UTF8.GetBytes(text).Select(b => $"{b:X2}")]),
];
// %% and four that learn their pieces: the tokenizers of this library, on both texts together
int size = lesson.Parameter("size", 400, 340, 800);
(string Name, TokenizerKind Kind)[] kinds = [("byte BPE", TokenizerKind.ByteBpe), ("BPE", TokenizerKind.Bpe), ("WordPiece", TokenizerKind.WordPiece), ("Unigram", TokenizerKind.Unigram)];
Dictionary<string, Tokenizer> tokenizers = kinds.ToDictionary(kind => kind.Name, kind => new TokenizerTrainer { Kind = kind.Kind, VocabularySize = size }.Train(languages.SelectMany(language => language.Text)));

// %% what it costs: tokens in the sentence, entries in the vocabulary, and tokens that the vocabulary does not have
int width = lesson.Parameter("width", 256, 1, 4096);
var rows = new List<object[]>();
var lengths = new List<double[]>();
foreach (var (name, title, cut) in cuts)
{
    double[] length = [.. languages.Select(language => (double)cut(language.Sentence).Length)];
    HashSet<string> vocabulary = [.. languages.SelectMany(language => language.Text).SelectMany(cut)];
    double[] unknown = [.. languages.Select(language => (double)cut(language.Sentence).Count(token => !vocabulary.Contains(token)))];
    Report(name, title, length, unknown, vocabulary.Count);
}
foreach (var (name, _) in kinds)
{
    Encoding[] encodings = [.. languages.Select(language => tokenizers[name].Encode(language.Sentence, addSpecialTokens: false))];
    double[] unknown = [.. encodings.Select(encoding => (double)encoding.Tokens.Count(token => token == "[UNK]" || tokenizers[name].IdOf(token) is null or 0))];
    Report(name.Replace(" ", ""), name, [.. encodings.Select(encoding => (double)encoding.Count)], unknown, tokenizers[name].VocabularySize);
    foreach (string line in encodings.Select(encoding => string.Join('|', encoding.Tokens))) lesson.Say($"  {line}", $"  {line}");
}
void Report(string name, string title, double[] length, double[] unknown, int vocabulary)
{
    double[] expected = name switch
    {
        "words" => [4, 6, 2, 3], "characters" => [16, 33, 4, 0], "jamo" => [35, 33, 0, 0], "bytes" => [40, 33, 1, 0],
        "byteBPE" => [24, 19, 0, 0], "BPE" => [23, 24, 0, 0], "WordPiece" => [7, 16, 2, 0], _ => [12, 17, 3, 0],
    };
    lengths.Add(length);
    rows.Add([title, length[0], length[1], unknown[0], unknown[1], vocabulary, vocabulary * width, length[0] * length[0]]);
    lesson.Figure($"{name}.length", length, expected[..2]);
    lesson.Figure($"{name}.unknown", unknown, expected[2..]);
    lesson.Figure($"{name}.vocabulary", vocabulary);
}
lesson.Table(lesson.Text("값", "The cost"), lesson.Text("자르기|한국어|영어|모름(한)|모름(영)|어휘|임베딩|쌍(한)", "cut into|Korean|English|unknown K|unknown E|vocabulary|embedding|pairs K").Split('|'), rows);

// %% what the model sees: ids, special tokens, two texts in one row, and a batch padded to one length
Tokenizer bert = tokenizers["WordPiece"];
bert.Padding = new TokenPadding(Id: bert.IdOf("[PAD]")!.Value);
Encoding pair = bert.Encode("우산을 썼다.", "비가 왔다.");
lesson.Table(lesson.Text("두 글을 한 줄로", "Two texts in one row"), [lesson.Text("토큰", "token"), "id", "type", "special", lesson.Text("자리", "offsets")],
    pair.Tokens.Select((token, i) => (object[])[token, pair.Ids[i], pair.TypeIds[i], pair.SpecialTokensMask[i], $"{pair.Offsets[i].Start}-{pair.Offsets[i].End}"]));
lesson.Figure("pair.special", [.. pair.SpecialTokensMask.Select(value => (double)value)], [1, 0, 0, 0, 1, 0, 0, 0, 1]);
lesson.Figure("pair.types", [.. pair.TypeIds.Select(value => (double)value)], [0, 0, 0, 0, 0, 1, 1, 1, 1]);
IReadOnlyList<Encoding> batch = bert.EncodeBatch([.. languages.Select(language => language.Sentence)]);
lesson.Figure("batch.length", [.. batch.Select(encoding => (double)encoding.Count)], [18, 18]);
lesson.Figure("batch.attended", [.. batch.Select(encoding => (double)encoding.AttentionMask.Sum())], [9, 18]);

// %% offsets lead from every token back to the text, even where the normaliser has changed it
string messy = "Ｒｅａｄ\u00A0우산";
Encoding placed = tokenizers["Unigram"].Encode(messy, addSpecialTokens: false);
string arrows = string.Join("  ", placed.Tokens.Select((token, i) => $"{token}←{messy[placed.Offsets[i].Start..placed.Offsets[i].End]}"));
lesson.Say(arrows, arrows);
lesson.Figure("offsets", [.. placed.Offsets.SelectMany(offset => (double[])[offset.Start, offset.End])], [0, 1, 0, 1, 1, 2, 2, 4, 4, 7]);

// %% the way back: what fell back to bytes comes back, what was unknown does not; a character of several tokens appears when it is whole
foreach (var (name, kind) in kinds)
    lesson.Figure($"decoded.{name.Replace(" ", "")}", [.. languages.Select(language => tokenizers[name].Decode(tokenizers[name].Encode(language.Sentence).Ids) == language.Sentence ? 1.0 : 0)], kind is TokenizerKind.WordPiece or TokenizerKind.Unigram ? [0, 1] : [1, 1]);
DecodeStream stream = tokenizers["byte BPE"].Stream();
string[] appeared = [.. tokenizers["byte BPE"].Encode("뷁!").Ids.Select(stream.Add)];
string shown = string.Join(" → ", appeared.Select(text => $"\"{text}\""));
lesson.Say(shown, shown);
lesson.Figure("stream", [.. appeared.Select(text => (double)text.Length)], [0, 0, 1, 1]);

// %% real vocabularies: --full
var real = new List<(string Name, double[] Length)>();
if (lesson.Full)
    foreach (var (name, file) in ((string, string)[])[("BERT", "bert-base-uncased.vocab.txt"), ("KcBERT", "kcbert.vocab.txt"), ("GPT-2", "gpt2.vocab.bpe"), ("Llama 2", "llama2.tokenizer.model"), ("KE-T5", "ke-t5.sentencepiece.model")])
    {
        if (lesson.RealFile("tokenizers/" + file) is not { } path) continue;
        Tokenizer tokenizer = file.StartsWith("gpt2", StringComparison.Ordinal) ? Tokenizer.FromBpeVocabulary(lesson.RealFile("tokenizers/gpt2.encoder.json")!, path)
            : file.EndsWith(".txt", StringComparison.Ordinal) ? Tokenizer.FromWordPieceVocabulary(path, lowercase: name == "BERT") : Tokenizer.FromFile(path);
        real.Add((name, [.. languages.Select(language => (double)tokenizer.Encode(language.Sentence, addSpecialTokens: false).Count)]));
        lesson.Figure($"real.{name.Replace(" ", "")}.length", real[^1].Length);
        lesson.Figure($"real.{name.Replace(" ", "")}.vocabulary", tokenizer.VocabularySize);
    }

string[] labels = [.. cuts.Select(cut => cut.Title), .. kinds.Select(kind => kind.Name), .. real.Select(entry => entry.Name)];
double[][] bars = [.. lengths, .. real.Select(entry => entry.Length)];
lesson.Plot("lengths", new Panel(lesson.Text("한 문장의 토큰 수", "Tokens of one sentence"))
    .Bars(labels, bars.Select(length => length[0]).ToArray(), lesson.Text("한국어", "Korean")).Bars(labels, bars.Select(length => length[1]).ToArray(), lesson.Text("영어", "English")));
