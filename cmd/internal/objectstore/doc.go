// Command objectstore is a store of objects in memory that speaks as much of
// the S3 protocol as a Trino server needs to spool its results: put, get, head
// and delete of an object, and delete of many. It checks no signature, keeps
// all until it is deleted, and is for tests only: `.ci/trino start` starts it.
package main
