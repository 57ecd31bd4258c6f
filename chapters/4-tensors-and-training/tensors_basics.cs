// chapter: tensors
// title: 텐서 다루기 | Handling tensors
// computes: 스칼라에서 3차원까지: 모양, 뷰, 브로드캐스팅, 축을 따라 줄이기 | from a scalar to three dimensions: shapes, views, broadcasting, reductions along an axis
// minutes: 0.02

using var lesson = Lesson.Begin(args);
void Check(string name, Tensor value, params double[] expected) => lesson.Figure(name, value, expected, 1e-12);
void Shape(string name, Tensor value, params double[] expected) => lesson.Figure(name + ".shape", [.. value.Shape.Select(size => (double)size)], expected);

// %% a scalar, a vector, a matrix, a cube
Tensor scalar = Tensor.Scalar(3, DType.Float64);                   // []
Tensor vector = Tensor.From([0.0, 1, 2, 3, 4, 5, 6]);             // [7]
Tensor matrix = Tensor.From([[1.0, 2, 3], [4, 5, 6], [7, 8, 9], [10, 11, 12]]); // [4, 3]
Tensor cube = Tensor.Arange(24).To(DType.Float64).Reshape(2, 3, 4); // [2, 3, 4]
lesson.Figure("ranks", [scalar.Rank, vector.Rank, matrix.Rank, cube.Rank], expected: [0, 1, 2, 3]);
lesson.Figure("counts", [scalar.Count, vector.Count, matrix.Count, cube.Count], expected: [1, 7, 12, 24]);
Check("vector.ends", vector[Tensor.From([0L, 1, -1])], 0, 1, 6);
Check("vector.2..5", vector[2..5], 2, 3, 4);
Check("vector.4..^1", vector[4..^1], 4, 5);
Check("vector..2", vector[..2], 0, 1);
Check("vector.3..", vector[3..], 3, 4, 5, 6);
Check("matrix.column.1", matrix[.., 1], 2, 5, 8, 11);
Check("matrix.all.but.last.column", matrix[.., ..^1], 1, 2, 4, 5, 7, 8, 10, 11);
Shape("cube.first", cube[0], 3, 4);

// %% a batch of sentences is [batch, length, dim]: words become ids, ids become rows of a table
string[][] sentences = [["비가", "많이", "온다"], ["눈이", "많이", "온다"], ["비가", "그쳤다", "이제"], ["눈이", "그쳤다", "이제"]];
string[] vocabulary = [.. sentences.SelectMany(words => words).Distinct()];
Tensor ids = Tensor.From([.. sentences.Select(words => words.Select(word => (long)Array.IndexOf(vocabulary, word)).ToArray())]); // [4, 3]
var embedding = new Embedding(ParamScope.Random(lesson.Seed(1)), vocabulary.Length, 5);
Tensor sentenceVectors = embedding.Forward(ids);                   // [4, 3, 5]
Shape("sentences", sentenceVectors, 4, 3, 5);
lesson.Figure("ids", ids);
lesson.Figure("same.word.same.vector", (sentenceVectors[0, 2] - sentenceVectors[1, 2]).Abs().Max().Item(), expected: 0);
Tensor oneHot = Tensor.OneHot(ids, vocabulary.Length);             // [4, 3, 6]
lesson.Figure("embedding.is.one.hot.product", (oneHot.MatMul(embedding.Weight) - sentenceVectors).Abs().Max().Item(), expected: 0, tolerance: 1e-7);
Check("one.hot", Tensor.OneHot(Tensor.From([0L, 2, 1]), 3, DType.Float64), 1, 0, 0, 0, 0, 1, 0, 1, 0);

// %% broadcasting: sizes are compared from the right; a one is repeated, anything else must agree
Check("add", Tensor.From([[3.0, 3]]) + Tensor.From([[2.0, 2]]), 5, 5);
Check("add.number", Tensor.From([[1.0, 2]]) + Tensor.From([3.0]), 4, 5);
Tensor row = Tensor.From([[1.0, 2]]), column = Tensor.From([[3.0], [4]]); // [1, 2] and [2, 1]
Check("add.row.column", row + column, 4, 5, 5, 6);
bool refused = false;
try { _ = Tensor.Ones([2, 3]) + Tensor.Ones([2]); }
catch (ArgumentException error)
{
    refused = true;
    lesson.Say($"거절: {error.Message}", $"Refused: {error.Message}");
}
lesson.Figure("add.misfit.refused", refused ? 1 : 0, expected: 1);

// %% the matrix product and the product of elements are two things
Tensor a = Tensor.From([[1.0, 2], [3, 4]]), b = Tensor.From([[1.0], [2]]);
Check("matmul", a.MatMul(b), 5, 11);
Check("times", a * b, 1, 2, 6, 8);

// %% reductions: over everything, or along one axis, which then is gone
Check("mean.vector", Tensor.From([1.0, 2]).Mean(), 1.5);
Check("mean", a.Mean(), 2.5);
Check("mean.0", a.Mean(0), 2, 3);
Check("mean.1", a.Mean(1), 1.5, 3.5);
Check("mean.-1", a.Mean(-1), 1.5, 3.5);
Check("sum", a.Sum(), 10);
Check("sum.0", a.Sum(0), 4, 6);
Check("sum.1", a.Sum(1), 3, 7);
Check("max", a.Max(), 4);
var (values, places) = a.Max(0);
Check("max.0", values, 3, 4);
Check("argmax.0", places, 1, 1);
Check("argmax.1", a.ArgMax(1), 1, 1);

// %% views: the same numbers in the same memory, seen in another shape
Tensor t = Tensor.Arange(12).To(DType.Float64).Reshape(2, 2, 3);   // [2, 2, 3]
Shape("view.-1.3", t.View(-1, 3), 4, 3);
Shape("view.-1.1.3", t.View(-1, 1, 3), 4, 1, 3);
Shape("squeeze", Tensor.From([[0.0], [1], [2]]).Squeeze(), 3);
Shape("unsqueeze.0", Tensor.From([0.0, 1, 2]).Unsqueeze(0), 1, 3);
Shape("unsqueeze.-1", Tensor.From([0.0, 1, 2]).Unsqueeze(-1), 3, 1);
lesson.Figure("strides", [.. t.Strides.ToArray().Select(step => (double)step)], expected: [6, 3, 1]);
lesson.Figure("strides.transposed", [.. t.Transpose(0, 2).Strides.ToArray().Select(step => (double)step)], expected: [1, 3, 6]);
Tensor window = t.View(-1, 3)[1], copy = t.View(-1, 3)[1].Clone();
window.MulInPlace(10);                                           // changes t, of which it is a view
Check("view.changes.original", t[0, 1], 30, 40, 50);
Check("copy.does.not.change", copy, 3, 4, 5);

// %% types, joining, filling, changing in place
Check("bool.to.long", Tensor.From([true, false, false, true]).To(DType.Int64), 1, 0, 0, 1);
Check("long.to.float", Tensor.From([1L, 2, 3, 4]).To(DType.Float32), 1, 2, 3, 4);
Tensor x = Tensor.From([[1.0, 2], [3, 4]]), y = Tensor.From([[5.0, 6], [7, 8]]);
Check("cat.0", Tensor.Cat([x, y], 0), 1, 2, 3, 4, 5, 6, 7, 8);
Check("cat.1", Tensor.Cat([x, y], 1), 1, 2, 5, 6, 3, 4, 7, 8);
Tensor p = Tensor.From([1.0, 4]), q = Tensor.From([2.0, 5]), r = Tensor.From([3.0, 6]);
Check("stack", Tensor.Stack([p, q, r]), 1, 4, 2, 5, 3, 6);
Check("stack.1", Tensor.Stack([p, q, r], 1), 1, 2, 3, 4, 5, 6);
Check("ones.like", Tensor.OnesLike(row), 1, 1);
Check("zeros.like", Tensor.ZerosLike(row), 0, 0);
Check("times.2", x * 2.0, 2, 4, 6, 8);
Check("unchanged", x, 1, 2, 3, 4);
Check("times.2.in.place", x.MulInPlace(2), 2, 4, 6, 8);
Check("changed", x, 2, 4, 6, 8);

// %% two layers to come: layer norm and dropout
Tensor odd = Tensor.From([1.0, 3, 5, 7, 9]);
lesson.Figure("layer.norm", odd.LayerNorm([5]), expected: [-1.4142127, -0.7071063, 0, 0.7071063, 1.4142127], tolerance: 1e-6);
lesson.Figure("layer.norm.by.hand", ((odd - odd.Mean()) / (odd.Var(correction: 0) + 1e-5).Sqrt() - odd.LayerNorm([5])).Abs().Max().Item(), expected: 0, tolerance: 1e-12);
Tensor dropped = Tensor.Ones([10_000]).Dropout(0.5, new TorchRandom(lesson.Seed(1)));
lesson.Figure("dropout.values", dropped.Unique().Values, expected: [0, 2]);
lesson.Range("dropout.mean", dropped.Mean().Item(), 0.95, 1.05);
lesson.Figure("dropout.evaluating", Tensor.Ones([5]).Dropout(0.5, new TorchRandom(1), training: false), expected: [1, 1, 1, 1, 1]);

// %% broadcasting and a transposed view, seen
Tensor tens = Tensor.From([[0.0], [10], [20]]), ones = Tensor.From([[1.0, 2, 3, 4]]);
Panel Cells(string title, Tensor cells) => new Panel(title) { EqualAxes = true }.HeatMap(cells, showValues: true, low: 0, high: 24);
lesson.Plot("broadcasting", new Figure(lesson.Text("브로드캐스팅: [3, 1] + [1, 4] = [3, 4]", "Broadcasting: [3, 1] + [1, 4] = [3, 4]"), 3,
    [Cells("[3, 1] → [3, 4]", tens.Expand(3, 4)), Cells("[1, 4] → [3, 4]", ones.Expand(3, 4)), Cells(lesson.Text("합", "sum"), tens + ones)]));
Tensor memory = Tensor.Arange(12).To(DType.Float64);
lesson.Plot("views", new Figure(lesson.Text("같은 메모리 0 … 11을 보는 세 가지 모양", "Three shapes over the same memory 0 … 11"), 3,
    [Cells(lesson.Text("[3, 4], 보폭 (4, 1)", "[3, 4], strides (4, 1)"), memory.View(3, 4)), Cells(lesson.Text("전치 [4, 3], 보폭 (1, 4)", "transposed [4, 3], strides (1, 4)"), memory.View(3, 4).T), Cells(lesson.Text("[6, 2], 보폭 (2, 1)", "[6, 2], strides (2, 1)"), memory.View(6, 2))]));
